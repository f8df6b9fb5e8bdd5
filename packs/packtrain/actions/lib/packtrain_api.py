"""What the actions share: requests to Packtrain and to StackStorm, by Python's own library."""

import json
import os
import ssl
import time
import urllib.error
import urllib.request

# How long one request with its answer may take, in seconds.
REQUEST_SECONDS = 20
# The first pause before a request is sent again; each further one is twice as long.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15

COPY_THE_EXAMPLE = (
    "Write it into /opt/stackstorm/configs/packtrain.yaml, as packtrain.yaml.example shows, and run "
    "`st2ctl reload --register-configs`."
)


class Trouble(Exception):
    """Something that the people who use the pack can mend; its text says how."""


class Away(Exception):
    """No answer, or one that may be another in a moment."""

    def __init__(self, message, pause=None):
        super().__init__(message)
        # Seconds that the server asks to wait.
        self.pause = pause


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key is for one server alone."""

    def redirect_request(self, *_):
        return None


class Answer:
    """What a server answered, of whatever status."""

    def __init__(self, status, text):
        self.status = status
        self.text = text
        try:
            self.body = json.loads(text)
        except ValueError:
            self.body = None

    def words(self):
        """What it says to people: its text, as long as it is no page."""
        said = self.body.get("text") if isinstance(self.body, dict) else self.text
        said = str(said or "").strip()
        return "" if said.startswith("<") else said[:1000]


class Server:
    """A server that is spoken to in JSON."""

    def __init__(self, url, headers, ca_file=None):
        if not url.startswith(("http://", "https://")):
            raise Trouble("The address %s is none: it begins with https:// or http://." % url)
        self.url = url.rstrip("/")
        self.headers = dict(headers, **{"content-type": "application/json", "accept": "application/json"})
        self.opener = urllib.request.build_opener(_NoRedirects, *_handlers(url, ca_file))

    def ask(self, method, path, body=None):
        """Sends a request once. Raises Away where it may be sent again."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        request = urllib.request.Request(self.url + path, data=data, headers=self.headers, method=method)
        try:
            with self.opener.open(request, timeout=REQUEST_SECONDS) as response:
                return Answer(response.status, _text(response))
        except urllib.error.HTTPError as error:
            with error:
                answer = Answer(error.code, _text(error))
            if error.code == 429 or error.code >= 500:
                raise Away("%s answers %s" % (self.url, error.code), _pause(error.headers))
            return answer
        except ssl.SSLError as error:
            raise Trouble(_certificate(self.url, error))
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLError):
                raise Trouble(_certificate(self.url, reason))
            raise Away("%s does not answer: %s" % (self.url, reason))

    def ask_until(self, end, method, path, body=None):
        """Sends a request that does no harm twice, again and again until it is answered or the time is over."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self.ask(method, path, body)
            except Away as away:
                wait = pause if away.pause is None else away.pause
                if time.monotonic() + wait > end:
                    raise Trouble("Packtrain can not be reached: %s. See whether it runs, and say it again." % away)
                time.sleep(wait)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _handlers(url, ca_file):
    if not url.startswith("https://"):
        return []
    try:
        return [urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file or None))]
    except OSError as error:
        raise Trouble("ca_file in the pack's config can not be read: %s." % error)


def _text(response):
    return response.read(4 * 1024 * 1024).decode("utf-8", "replace")


def _pause(headers):
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def _certificate(url, error):
    return "The certificate of %s is not trusted: %s. Set ca_file in the pack's config." % (url, error)


def packtrain():
    """Packtrain, as the pack's config names it."""
    url, key = (os.environ.get(name, "").strip() for name in ("PACKTRAIN_URL", "PACKTRAIN_KEY"))
    if not url:
        raise Trouble("Packtrain's address (url) is not configured. " + COPY_THE_EXAMPLE)
    if not key:
        raise Trouble("Packtrain's key (key) is not configured. " + COPY_THE_EXAMPLE)
    return Server(url, {"authorization": "Bearer " + key}, os.environ.get("PACKTRAIN_CA_FILE"))


def execution_id():
    """The id of this execution, by which a line that is handed over twice is one."""
    return os.environ.get("ST2_ACTION_EXECUTION_ID", "")


def post_message(channel, user, message):
    """Says something in a channel by StackStorm itself, as far as that can be done."""
    url, token = (os.environ.get(name, "") for name in ("ST2_ACTION_API_URL", "ST2_ACTION_AUTH_TOKEN"))
    if not url or not token:
        return
    # What looks like a template is none: StackStorm would fill it in.
    parameters = {"channel": channel, "message": message.replace("{", "(").replace("}", ")")}
    if user:
        parameters["user"] = user
    if os.environ.get("PACKTRAIN_ROUTE"):
        parameters["route"] = os.environ["PACKTRAIN_ROUTE"]
    body = {"action": "chatops.post_message", "parameters": parameters}
    Server(url, {"x-auth-token": token}).ask("POST", "/executions", body)
