from st2common.runners.base_action import Action

STEPS = ["storm", "rain", "changeable", "fair", "very dry"]
SHIFT = {"rising": 1, "steady": 0, "falling": -1}


class ForecastAction(Action):
    def run(self, pressure, trend="steady"):
        """The dial of an old barometer: a step every 13 hPa around 1013."""
        dial = 2 + round((pressure - 1013) / 13) + SHIFT[trend]
        return True, {"forecast": STEPS[min(max(dial, 0), len(STEPS) - 1)]}
