"""Errors of the branch registry."""

from api.errors import ApiError


class BranchFileError(ApiError):
    """The file cannot be read as one of branches."""

    code = "branch_file_invalid"


class BranchMappingError(ApiError):
    """The mapping of columns names what there is not."""

    code = "branch_mapping_invalid"


class GeocoderError(ApiError):
    """The online geocoder did not answer; what is known without it is used."""

    code = "geocoder_failed"
