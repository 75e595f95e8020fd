"""Who answers what: one room for each family of matters, found by the registry."""
