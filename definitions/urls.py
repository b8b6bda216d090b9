from django.urls import path

from definitions.views import council, definitions, drafts, meanings, proposals

app_name = "definitions"
urlpatterns = [
    path("definitions/", definitions.index, name="index"),
    path("definitions/new/", drafts.new, name="new"),
    path("definitions/<slug:slug>/", definitions.definition, name="definition"),
    path("definitions/<slug:slug>/v<int:number>/", definitions.version, name="version"),
    path("definitions/<slug:slug>/differences/", definitions.diff, name="diff"),
    path("definitions/<slug:slug>/edit/", drafts.edit, name="edit"),
    path("definitions/<slug:slug>/discard/", drafts.discard, name="discard"),
    path("definitions/<slug:slug>/propose/", drafts.propose_view, name="propose"),
    path("council/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("council/proposals/<int:pk>/vote/", proposals.vote, name="vote"),
    path("council/proposals/<int:pk>/say/", proposals.say, name="say"),
    path("council/proposals/<int:pk>/amend/", proposals.amend_view, name="amend"),
    path("council/proposals/<int:pk>/decide/", proposals.decide, name="decide"),
    path("council/proposals/<int:pk>/close/", proposals.close, name="close"),
    path("council/proposals/<int:pk>/withdraw/", proposals.withdraw_view, name="withdraw"),
    path("council/proposals/<int:pk>/tally/", proposals.tally, name="tally"),
    path("council/", council.room, name="council"),
    path("council/decisions/", council.decisions, name="decisions"),
    path("council/seats/", council.seats, name="seats"),
    path("council/seats/<int:pk>/", council.seat, name="seat"),
    path("council/rule/", council.rule, name="rule"),
    path("council/meetings/", council.meetings, name="meetings"),
    path("council/meetings/open/", council.meet, name="meet"),
    path("council/meetings/<int:pk>/", council.meeting, name="meeting"),
    path("council/meetings/<int:pk>/note/", council.write_note, name="note"),
    path("council/meetings/<int:pk>/close/", council.end_meeting, name="end_meeting"),
    path("council/meetings/<int:pk>/minutes.md", council.minutes, name="minutes"),
    path("council/calendar.ics", council.calendar, name="calendar"),
    path("datasets/<int:pk>/definitions/", meanings.dataset, name="dataset"),
    path("datasets/<int:pk>/definitions/link/", meanings.link_view, name="link"),
    path("datasets/<int:pk>/definitions/<int:meaning_pk>/unlink/", meanings.unlink_view, name="unlink"),
    path("datasets/<int:pk>/fields/<int:field_pk>/definitions/", meanings.field, name="field"),
]
