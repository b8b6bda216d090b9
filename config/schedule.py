"""What is done by the clock, in UTC; numbers are seconds. Timetables of sources are rows."""

from celery.schedules import crontab

SCHEDULE = {
    "harvest: send again what was lost": {"task": "harvest.sweep", "schedule": 30.0},
    "lineage: work what no message tells of": {"task": "lineage.sweep_events", "schedule": 15.0},
    "lineage: remove old events": {"task": "lineage.remove_old_events", "schedule": crontab(hour=4, minute=5)},
    "notifications: remove what is old": {"task": "notifications.remove_old", "schedule": crontab(hour=3, minute=40)},
    "permissions: rules due for review": {"task": "permissions.review_rules", "schedule": crontab(hour=6, minute=25)},
    "permissions: follow up on access": {"task": "permissions.follow_up_access", "schedule": crontab(minute=20)},
    "definitions: close votes": {"task": "definitions.close_votes", "schedule": 60.0},
    "catalog: new matches of saved searches": {"task": "catalog.check_saved_searches", "schedule": 60.0},
    "catalog: certificates": {"task": "catalog.check_certificates", "schedule": crontab(hour=5, minute=10)},
    "catalog: data out of use": {"task": "catalog.check_retirement", "schedule": crontab(hour=5, minute=15)},
    "catalog: count what is missing": {"task": "catalog.count_missing", "schedule": 20.0},
    "catalog: count all that is missing": {"task": "catalog.count_all_missing", "schedule": crontab(hour=2, minute=20)},
    "catalog: note how complete data is": {"task": "catalog.note_completeness", "schedule": crontab(minute=35)},
    "audit: seal": {"task": "audit.seal", "schedule": 5.0},
    "feedback: service levels": {"task": "feedback.check_clocks", "schedule": 60.0},
    "notifications: mail": {"task": "notifications.mail", "schedule": 15.0},
    "feedback: trackers": {"task": "feedback.keep_step", "schedule": 60.0},
    "webhooks: tell": {"task": "webhooks.fill", "schedule": 5.0},
    "webhooks: remove what is old": {"task": "webhooks.remove_old", "schedule": crontab(hour=3, minute=45)},
    "sessions: remove what is old": {"task": "permissions.remove_old_sessions", "schedule": crontab(hour=3, minute=55)},
    "audit: months": {"task": "audit.keep_months", "schedule": crontab(hour=2, minute=50)},
    "catalog: count readers": {"task": "catalog.refresh_popularity", "schedule": crontab(hour=3, minute=10)},
}

FORWARDING = {"audit: forward": {"task": "audit.forward", "schedule": 5.0}}  # where the record goes elsewhere too
