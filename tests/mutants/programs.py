"""Guards in the engine's Python."""

from tests.mutants.mutant import Mutant

MODEL, STORE, CLAIMS = "shared/jobs/model.py", "shared/jobs/store.py", "shared/jobs/claims.py"
TASK, HEART, LEDGER = "shared/queue/task.py", "shared/queue/heart.py", "shared/ledger/calls.py"
ALONE, FORKS = "shared/queue/alone.py", "shared/queue/fork_server.py"
LEASES, RELAY = "services/dispatcher/leases.py", "services/dispatcher/relay.py"
BY_MODEL = ("tests/unit/jobs/test_model.py",)
BY_RACES = ("tests/integration/jobs/test_races.py",)
BY_STORE = ("tests/integration/jobs/test_store.py",)
BY_TURNS = ("tests/integration/jobs/test_turns.py",)
BY_GUARDS = ("tests/integration/jobs/test_guards.py",)
BY_PERFORMER = ("tests/integration/queue/test_performer.py",)
BY_AWAY = ("tests/integration/queue/test_postgres_away.py",)
BY_HEART = ("tests/integration/queue/test_heart.py", "tests/unit/queue/test_watch.py")
BY_LEDGER = ("tests/integration/queue/test_step_ledger.py",)
BY_LEASES = ("tests/integration/dispatcher/test_leases.py",)
BY_RELAY = ("tests/integration/dispatcher/test_relay.py", "tests/integration/jobs/test_fairness.py")
BY_CELERY = ("tests/integration/queue/test_celery.py",)
BY_ALONE = ("tests/integration/queue/test_alone.py",)
BY_FORKS = ("tests/integration/queue/test_fork_server.py",)
BY_PUBLISHER = ("tests/unit/queue/test_publisher.py",)
LOCK = "job = connection.execute(SQL[lock], (job_id, owner_id))"
LOAD = 'steps = connection.execute(SQL["load_steps"], (job_id,))'

DECISIONS = (
    Mutant("no fence", MODEL, "if step.lease_token != event.token:", "if False:", BY_MODEL),
    Mutant("heard twice", MODEL, '"applied" if step.state == "running" else "repeated"', '"applied"', BY_MODEL),
    Mutant("leases that hold expire", MODEL, " and step.lease_until < now", "", BY_MODEL),
    Mutant("jobs expire too early", MODEL, 'event.reason == "expired" and job.expires_at > now', "False", BY_MODEL),
    Mutant("ended jobs change", MODEL, "if not job.open and isinstance(", "if False and isinstance(", BY_MODEL),
    Mutant("goes on after a cancel", MODEL, 'return "cancelled"\n    needs', "pass\n    needs", BY_MODEL),
    Mutant("money for a lost job", MODEL, "if _lost(current) or any(", "if any(", BY_MODEL),
    Mutant("poison for ever", MODEL, "if crashes >= step.max_crashes:", "if False:", BY_MODEL),
    Mutant("failures for ever", MODEL, "or failures >= step.max_failures:", "or False:", BY_MODEL),
    Mutant(
        "waits as long as it is told",
        MODEL,
        "min(event.retry_after or 0.0, LONGEST_WAIT)",
        "(event.retry_after or 0.0)",
        BY_MODEL,
    ),
    Mutant("loads before it locks", STORE, f"{LOCK}\n        {LOAD}", f"{LOAD}\n        {LOCK}", BY_RACES),
    Mutant("counts no rows", STORE, "if any(cursor.rowcount != 1 for cursor in written):", "if False:", BY_STORE),
    Mutant(
        "products of a zombie",
        STORE,
        'if decision.verdict != "applied":',
        'if decision.verdict == "refused":',
        BY_STORE,
    ),
    Mutant("retries what runs", STORE, "    if old.job.open:\n", "    if False:\n", BY_STORE),
    Mutant(
        "no time-out of transactions",
        "shared/db/session.py",
        "-c statement_timeout=10s -c transaction_timeout=12s",
        "",
        BY_RACES,
    ),
    Mutant("no time-out of locks", "shared/db/session.py", "-c lock_timeout=3s ", "", BY_RACES),
)
PERFORMING = (
    Mutant("rejects are not marked", TASK, "if error.rejects else None", "if False else None", BY_PERFORMER),
    Mutant("throttling pauses nothing", TASK, "            self._pause(error)\n", "            pass\n", BY_PERFORMER),
    Mutant("a pause never ends", TASK, "        if held.half_open:\n", "        if False:\n", BY_PERFORMER),
    Mutant(
        "a failed look ends the pause",
        TASK,
        "        if self.fail(held, failure).verdict",
        "        self._end_pause()\n        if self.fail(held, failure).verdict",
        BY_PERFORMER,
    ),
    Mutant(
        "object store away is our error",
        LEDGER,
        ", BotoCoreError, ClientError)",
        ", BotoCoreError)",
        BY_PERFORMER,
    ),
    Mutant("asks for ever what is refused", TASK, "        except REFUSED:\n            raise\n", "", BY_PERFORMER),
    Mutant(
        "turns outlive their job", STORE, "            end_turns(connection, job.id)\n", "            pass\n", BY_TURNS
    ),
    Mutant("unstorable details", TASK, "storable(error.detail)", "error.detail", BY_PERFORMER),
    Mutant("unstorable summaries", TASK, "storable(done.summary)", "done.summary", BY_PERFORMER),
    Mutant(
        "broken products hang the step",
        TASK,
        '        except Exception:\n            log.exception("products',
        '        except psycopg.Error:\n            log.exception("products',
        BY_PERFORMER,
    ),
    Mutant(
        "leases are kept for ever", TASK, "            self._heart.remove(watch)\n", "            pass\n", BY_PERFORMER
    ),
    Mutant("wakes nobody", TASK, "self._publisher.publish(outcome.wakeups)", "pass", BY_PERFORMER),
    Mutant(
        "a new token with each try",
        TASK,
        "claim(connection, wakeup, token, self.name)",
        "claim(connection, wakeup, uuid4(), self.name)",
        BY_AWAY,
    ),
    Mutant(
        "asks once",
        TASK,
        "        except UNANSWERED as error:\n",
        "        except store.ContentionError as error:\n",
        BY_AWAY,
    ),
    Mutant("lost leases go on", HEART, "in answer.lost | answer.cancelled", "in answer.cancelled", BY_HEART),
    Mutant("cancelled steps go on", HEART, "in answer.lost | answer.cancelled", "in answer.lost", BY_HEART),
    Mutant("lost slots stay lost", HEART, "if now > watch.deadline + LEASE:", "if False:", BY_HEART),
    Mutant(
        "slots are lost at the deadline",
        HEART,
        "if now > watch.deadline + LEASE:",
        "if now > watch.deadline:",
        BY_HEART,
    ),
    Mutant(
        "the heart dies of our errors",
        HEART,
        "except Exception:  # a heart",
        "except psycopg.Error:  # a heart",
        BY_HEART,
    ),
    Mutant(
        "keeps a dead connection",
        HEART,
        "error=repr(error))\n                self._forget_connection()\n",
        "error=repr(error))\n",
        BY_HEART,
    ),
    Mutant("quiet steps are not renewed", HEART, "watch.moved or now - beaten >= RENEWAL", "watch.moved", BY_HEART),
    Mutant("progress is written twice", HEART, "            watch.written(beat)\n", "", BY_HEART),
    Mutant("a slow start loses the lease", ALONE, "        self._heart.add(watch)  #", "        #", BY_ALONE),
    Mutant("all run alone at once", ALONE, "threading.Semaphore(MOST)", "threading.Semaphore(999)", BY_ALONE),
    Mutant("begins at the end", ALONE, "            if self._ending:\n", "            if False:\n", BY_ALONE),
    Mutant("what never began is nobody's", ALONE, "            if code is None:", "            if False:", BY_ALONE),
    Mutant("the end is a crash", ALONE, "\n        if self._ending:\n", "\n        if False:\n", BY_ALONE),
    Mutant("crashes alone are not told", ALONE, "self._performer.tell_crash(watch.claim)", "pass", BY_ALONE),
    Mutant(
        "forks outlive their server",
        "shared/queue/worker.py",
        "    die_with_parent(int(parent))\n",
        "",
        BY_ALONE,
    ),
    Mutant("a dead fork server stays dead", FORKS, "            self._bury(socket)\n", "", BY_FORKS),
    Mutant("what ends the group ends the server", FORKS, "signal.signal(number, signal.SIG_IGN)", "pass", BY_FORKS),
    Mutant("forks heed no signal", FORKS, "signal.signal(signal.SIGTERM, signal.SIG_DFL)", "pass", BY_FORKS),
    Mutant(
        "forks hold their neighbours' pipes",
        FORKS,
        "        os.close(telling)\n\n\ndef main",
        "        pass\n\n\ndef main",
        BY_FORKS,
    ),
    Mutant("each fork imports", FORKS, "    runpy.run_module(program)\n", "", BY_FORKS),
    Mutant("threads before the fork", FORKS, 'os.putenv("OMP_NUM_THREADS", "1")', "pass", BY_FORKS),
    Mutant(
        "no room ends the server",
        FORKS,
        "except OSError:\n        log.exception",
        "except EOFError:\n        log.exception",
        BY_FORKS,
    ),
    Mutant(
        "hoards messages",
        "shared/queue/app.py",
        "worker_disable_prefetch=True",
        "worker_disable_prefetch=False",
        BY_CELERY,
    ),
    Mutant(
        "workers come back late to Redis",
        "shared/queue/app.py",
        "**{**options, **pauses}",
        "**options",
        BY_CELERY,
    ),
    Mutant(
        "bulk is as good as interactive",
        "shared/queue/app.py",
        '            "queue_order_strategy": "priority",\n',
        "",
        BY_CELERY,
    ),
    Mutant(
        "always healthy",
        "shared/queue/publisher.py",
        "return time.monotonic() - self._failed_at > SULK",
        "return True",
        BY_PUBLISHER,
    ),
    Mutant(
        "waits for a slow Redis",
        "shared/queue/publisher.py",
        "self._queue.put_nowait(item)",
        "self._queue.put(item, timeout=5)",
        BY_PUBLISHER,
    ),
    Mutant(
        "the publisher dies of our errors",
        "shared/queue/publisher.py",
        "            except Exception:  # the thread",
        "            except redis.RedisError:  # the thread",
        BY_PUBLISHER,
    ),
)
HEALING = (
    Mutant("a restart of Postgres expires leases", LEASES, " and _server_age(connection) >= LEASE", "", BY_LEASES),
    Mutant("a gap of one's own expires leases", LEASES, "self._not_before = now + LEASE", "pass", BY_LEASES),
    Mutant(
        "bulk takes all slots", RELAY, "room = min(room, bulk_slots - load.running - load.published)", "pass", BY_RELAY
    ),
    Mutant("long queues", RELAY, "target - load.published, END", "target, END", BY_RELAY),
    Mutant("forgets what is on its way", RELAY, "target - load.published, END", "target - length, END", BY_RELAY),
    Mutant("retries wait for ever", RELAY, "    elif room <= 0:\n", "    elif False:\n", BY_RELAY),
    Mutant("publishes into paused queues", RELAY, ' and not row["paused"]', "", (*BY_RELAY, *BY_GUARDS)),
    Mutant(
        "lost wake-ups stay lost",
        RELAY,
        "(queue, todo.again, todo.again_after_s)",
        "(queue, 0, todo.again_after_s)",
        BY_RELAY,
    ),
    Mutant(
        "unfair order",
        RELAY,
        "for row in sorted([*again, *fresh], key=_turn)",
        "for row in sorted([*again, *fresh], key=_turn, reverse=True)",
        BY_RELAY,
    ),
    Mutant(
        "marks before it asks Redis",
        RELAY,
        "        lengths = self._lengths([load.name for load in loads])\n",
        '        connection.execute(SQL["relay_due"], ("nlp", 9))\n'
        "        lengths = self._lengths([load.name for load in loads])\n",
        BY_RELAY,
    ),
    Mutant(
        "a periodic job twice",
        "services/dispatcher/periodic.py",
        "transaction.force_rollback = True",
        "pass",
        ("tests/integration/dispatcher/test_periodic.py",),
    ),
    Mutant(
        "a loop dies of our errors",
        "services/dispatcher/app.py",
        "            except Exception:  # a loop",
        "            except AWAY:  # a loop",
        ("tests/integration/dispatcher/test_loop.py",),
    ),
    Mutant("remembers nothing", LEDGER, "if remembered is not None:", "if False:", BY_LEDGER),
    Mutant("serves what was rejected", LEDGER, " AND rejected IS NULL ORDER", " ORDER", BY_LEDGER),
    Mutant("learns from others", LEDGER, "(self._scope.encode(), provider", "(provider", BY_LEDGER),
    Mutant("pays for a lost answer for ever", LEDGER, "ORDER BY id DESC", "ORDER BY id", BY_LEDGER),
    Mutant(
        "forgets what was paid while Postgres was away",
        LEDGER,
        "AWAY = (psycopg.OperationalError, ",
        "AWAY = (",
        BY_LEDGER,
    ),
    Mutant(
        "forgets what was paid while the object store was away",
        LEDGER,
        ", BotoCoreError, ClientError)",
        ")",
        BY_LEDGER,
    ),
    Mutant(
        "forgets the price of what it cannot remember",
        LEDGER,
        "        finally:  # also",
        "        except ZeroDivisionError:  # also",
        BY_LEDGER,
    ),
    Mutant("writes one call down twice", LEDGER, '\n    " ON CONFLICT (id) DO NOTHING"', "", BY_LEDGER),
    Mutant("lost objects are errors", LEDGER, "except ObjectNotFoundError:", "except ZeroDivisionError:", BY_LEDGER),
)
PROGRAMS = (*DECISIONS, *PERFORMING, *HEALING)
