from django.urls import path

from feedback.views import around, boards, levels, lists, tickets

app_name = "feedback"
urlpatterns = [
    path("feedback/", boards.tickets, name="tickets"),
    path("feedback/new/", tickets.report_view, name="report"),
    path("feedback/similar/", tickets.similar, name="similar"),
    path("feedback/absence/", around.absence, name="absence"),
    path("feedback/absence/<int:pk>/end/", around.absence_end, name="absence_end"),
    path("feedback/answers/", around.answers, name="answers"),
    path("feedback/answers/<int:pk>/forget/", around.answer_forget, name="answer_forget"),
    path("feedback/pictures/<int:pk>/", around.attachment, name="attachment"),
    path("feedback/<int:pk>/attach/", around.attach_view, name="attach"),
    path("datasets/<int:pk>/announce/", around.announce_view, name="announce"),
    path("feedback/announcements/<int:pk>/end/", around.announcement_end, name="announcement_end"),
    path("datasets/<int:pk>/reviews/", around.reviews, name="reviews"),
    path("feedback/reviews/<int:pk>/hide/", around.review_hide, name="review_hide"),
    path("feedback/bulk/", lists.bulk, name="bulk"),
    path("feedback/views/", lists.save_view, name="save_view"),
    path("feedback/views/<int:pk>/forget/", lists.forget_view, name="forget_view"),
    path("feedback/figures/", levels.figures, name="figures"),
    path("feedback/levels/", levels.levels, name="levels"),
    path("feedback/levels/set/", levels.level, name="level"),
    path("feedback/levels/remove/", levels.level_remove, name="level_remove"),
    path("feedback/queue/", boards.queue, name="queue"),
    path("feedback/<int:pk>/", tickets.ticket, name="ticket"),
    path("feedback/<int:pk>/move/", tickets.move_view, name="move"),
    path("feedback/<int:pk>/triage/", tickets.triage, name="triage"),
    path("feedback/<int:pk>/comment/", tickets.comment_view, name="comment"),
    path("feedback/<int:pk>/vote/", tickets.vote_view, name="vote"),
    path("feedback/<int:pk>/watch/", tickets.watch_view, name="watch"),
    path("feedback/<int:pk>/upstream/", tickets.route, name="route"),
    path("feedback/<int:pk>/merge/", tickets.merge_view, name="merge"),
    path("datasets/<int:pk>/feedback/", boards.of_dataset, name="dataset"),
    path("domains/<slug:slug>/feedback/", boards.of_domain, name="domain"),
]
