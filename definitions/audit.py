"""What is recorded of definitions: each step of deciding, and every vote."""

from permissions.audit import Action

ACTIONS = (
    Action("workflow.saved", "Workflow written"),
    Action("definition.drafted", "Definition drafted"),
    Action("definition.discarded", "Draft of a definition discarded"),
    Action("definition.changed", "Definition's steward or review date changed"),
    Action("definition.reviewed", "Definition reviewed and kept"),
    Action("definition.published", "Definition published"),
    Action("definition.promoted", "Definition made enterprise-wide"),
    Action("definition.retired", "Definition retired"),
    Action("proposal.opened", "Proposal put to the vote"),
    Action("proposal.amended", "Proposal amended, and the vote begun anew"),
    Action("proposal.voted", "Vote cast"),
    Action("proposal.approved", "Proposal approved"),
    Action("proposal.rejected", "Proposal rejected"),
    Action("proposal.withdrawn", "Proposal withdrawn"),
    Action("seat.given", "Council seat given"),
    Action("seat.changed", "Council seat changed"),
    Action("decision_rule.changed", "Rule of deciding changed"),
    Action("meeting.opened", "Council meeting opened"),
    Action("meeting.closed", "Council meeting closed"),
    Action("meaning.linked", "Data linked to a definition"),
    Action("meaning.unlinked", "Link of data to a definition taken back"),
)
