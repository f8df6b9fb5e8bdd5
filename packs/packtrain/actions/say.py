#!/usr/bin/env python3
"""Hands a line over to Packtrain. The answer comes by chatops.post_message, as soon as there is one."""

import json
import os
import sys
import time

# The folder of a pack that is live stays as it was deployed.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

from packtrain_api import Away, Trouble, execution_id, packtrain, post_message  # noqa: E402

# Less than the action's timeout, so that there is time to say what went wrong.
PATIENCE_SECONDS = 35

OPTIONS = ("adopt", "overwrite", "force", "now")


def whole(line, values):
    """The line with what StackStorm has cut from its end."""
    pairs = ["%s=%s" % (name, value) for name, value in zip(OPTIONS, values) if value]
    return " ".join([line] + pairs)


def hand_over(line, channel, user):
    """Hands a line over. Raises Trouble with what to do."""
    if not channel:
        raise Trouble("There is no channel to answer in: say this line to the bot, or use `packtrain` on the server.")
    body = {"id": execution_id(), "line": line, "channel": channel, "user": user}
    answer = packtrain().ask_until(time.monotonic() + PATIENCE_SECONDS, "POST", "/chats/chatops", body)
    if answer.status == 401:
        raise Trouble("Packtrain refuses the pack's key: it has to be `key` under chats.chatops of packtrain.yaml.")
    if answer.status == 404:
        raise Trouble("Packtrain does not know this chat: write chats.chatops into packtrain.yaml.")
    if answer.status != 200 or not isinstance(answer.body, dict):
        raise Trouble("Packtrain did not take the line (%s). %s" % (answer.status, answer.words()))


def main(arguments):
    line, channel, user = (arguments + ["", "", ""])[:3]
    try:
        hand_over(whole(line, arguments[3:]), channel, user)
    except Trouble as trouble:
        tell(channel, user, str(trouble))
        print(trouble, file=sys.stderr)
        return 1
    print(json.dumps({"handed_over": True}))
    return 0


def tell(channel, user, problem):
    """Nobody looks at executions: whoever said the line is told in the channel."""
    if not channel:
        return
    try:
        post_message(channel, user, problem)
    except (Away, Trouble) as error:
        print("It could not be told in the channel either: %s" % error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
