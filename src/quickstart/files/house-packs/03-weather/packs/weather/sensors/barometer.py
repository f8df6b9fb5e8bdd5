from pathlib import Path

from st2reactor.sensor.base import PollingSensor

FALL = 2.0


class BarometerSensor(PollingSensor):
    def setup(self):
        self._file = Path(self.config.get("barometer", "/var/lib/barometer/pressure"))
        self._before = None

    def poll(self):
        if not self._file.exists():
            return
        now = float(self._file.read_text().strip())
        if self._before is not None and self._before - now > FALL:
            payload = {"before": self._before, "now": now}
            self.sensor_service.dispatch(trigger="weather.pressure_fell", payload=payload)
        self._before = now

    def cleanup(self):
        pass

    def add_trigger(self, trigger):
        pass

    def update_trigger(self, trigger):
        pass

    def remove_trigger(self, trigger):
        pass
