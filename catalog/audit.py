"""What is recorded of what people write: that they did, and where it stands. The words themselves are in history."""

from permissions.audit import Action

ACTIONS = (
    Action("metadata.edited", "Metadata edited"),
    Action("classification.added", "Classification added"),
    Action("classification.confirmed", "Classification of fields confirmed"),
    Action("classification.refused", "Classification of fields refused"),
    Action("classification.undone", "Decision on a classification taken back"),
    Action("classification.suggested_again", "Refused classification suggested again"),
    Action("metadata_rule.made", "Metadata rule made"),
    Action("metadata_rule.switched", "Metadata rule switched on or off"),
    Action("dataset.certified", "Dataset certified"),
    Action("dataset.certificate_withdrawn", "Certificate of a dataset withdrawn"),
    Action("word.added", "Domain, data product or tag added"),
    Action("tag.merged", "Tag merged into another"),
    Action("protocol.made", "Metadata protocol made"),
    Action("protocol.changed", "Metadata protocol changed"),
    Action("protocol.removed", "Metadata protocol removed"),
    Action("suggestion.accepted", "Suggestion taken"),
    Action("suggestion.declined", "Suggestion declined"),
    Action("suggestion.withdrawn", "Suggestion withdrawn"),
)
