#!/usr/bin/env python3
"""Has Packtrain deploy packs, and waits for the end; or tells it of a push, as the packs.deploy of old was told."""

import json
import os
import sys
import time

# The folder of a pack that is live stays as it was deployed.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

from packtrain_api import Trouble, execution_id, packtrain  # noqa: E402

# How long a request is sent again while Packtrain does not answer, in seconds.
PATIENCE_SECONDS = 60
# How often it is asked how far the deployment is: at first, and at last.
FIRST_POLL_SECONDS = 0.25
POLL_SECONDS = 3

REFS = "refs/heads/"


def intent(repository, packs, branch):
    """What is asked for, as Packtrain's HTTP API has it."""
    if packs == ["*"]:
        selection = {"kind": "all"}
    elif packs:
        selection = {"kind": "named", "packs": packs}
    else:
        selection = {"kind": "differing"}
    # This very action waits for the end, so its own pack is left as it is.
    asked = {"kind": "deploy", "repository": repository, "packs": selection, "through": "chatops"}
    if branch:
        asked["ref"] = plain(branch)
    return asked


def plain(branch):
    return branch[len(REFS) :] if branch.startswith(REFS) else branch


def body_of(answer):
    """The body of an answer that is one. Raises Trouble with what Packtrain says."""
    if answer.status == 401:
        raise Trouble("Packtrain refuses the key: write one of `api.keys` as api_key into the pack's config.")
    if answer.status != 200 or not isinstance(answer.body, dict):
        raise Trouble(answer.words() or "Packtrain answers %s." % answer.status)
    if "refusal" in answer.body:
        raise Trouble(answer.words())
    return answer.body


def deploy(server, asked, wait):
    """Begins a deployment and waits for its end. @returns what became of it, and whether that is good."""
    begin = {"intent": asked, "key": execution_id() or None}
    begin = {name: value for name, value in begin.items() if value is not None}
    until = time.monotonic() + PATIENCE_SECONDS
    number = body_of(server.ask_until(until, "POST", "/api/v1/commands", begin))["deployment"]
    end = time.monotonic() + wait
    pause = FIRST_POLL_SECONDS
    while True:
        # A server that restarts goes on with the deployment, so it is waited for as long as for that.
        patience = max(end, time.monotonic() + PATIENCE_SECONDS)
        seen = body_of(server.ask_until(patience, "GET", "/api/v1/deployments/%s" % number))
        found = seen["deployment"]
        told = {"deployment": number, "status": found["status"], "url": seen.get("url"), "text": seen.get("text")}
        told["packs"] = {one["pack"]: one["status"] for one in found.get("packs", [])}
        if "endedAt" in found:
            return told, found["status"] == "succeeded"
        if time.monotonic() > end:
            told["text"] = "Deployment #%s has not ended within %s s. It goes on: %s" % (number, wait, told["url"])
            return told, False
        time.sleep(pause)
        pause = min(pause * 2, POLL_SECONDS)


def tell_of_push(server, repository, branches):
    """Has Packtrain look at branches: it deploys what is pushed to the deployment branch, and tells notify_channel."""
    until = time.monotonic() + PATIENCE_SECONDS
    told = {}
    for branch in branches:
        body = {"repository": repository, "branch": plain(branch)}
        told[plain(branch)] = body_of(server.ask_until(until, "POST", "/api/v1/pushes", body))["outcome"]
    return told


def main(arguments):
    repository, packs, branch, auto, message, author, wait = (arguments + [""] * 7)[:7]
    result = {"repository": repository, "message": message, "author": author}
    is_good = True
    try:
        server = packtrain()
        if auto == "1":
            if not branch.strip():
                raise Trouble("Say which branch was pushed to: auto_deploy needs the parameter branch.")
            result["branches"] = tell_of_push(server, repository, branch.split())
        else:
            names = [name.strip() for name in packs.split(",") if name.strip()]
            told, is_good = deploy(server, intent(repository, names, branch.strip()), int(wait or 1500))
            result.update(told)
    except Trouble as trouble:
        result["text"] = str(trouble)
        is_good = False
    print(json.dumps(result))
    if not is_good:
        print(result["text"], file=sys.stderr)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
