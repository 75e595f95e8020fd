"""What schemathesis checks beside its own."""

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.error_handlers import STATUS

# Refusals that depend on what is known, kept or chosen together: no schema can say them.
SEMANTIC = {code for code, status in STATUS.items() if status in (400, 422)} - {"invalid_request"}


@schemathesis.check
def schema_valid_is_accepted(ctx, response, case):
    """What fits the schema is never refused as not fitting it."""
    if response.status_code in (400, 422) and response.json()["code"] in SEMANTIC:
        return None
    return positive_data_acceptance(ctx, response, case)


@schemathesis.check
def refusals_are_problems(ctx, response, case):
    """Every refusal says in Chinese what to do next, under a code that is kept stable."""
    if response.status_code >= 400 and case.method != "HEAD":
        problem = response.json()
        assert problem["code"] in STATUS, problem
        assert problem["detail"], problem
