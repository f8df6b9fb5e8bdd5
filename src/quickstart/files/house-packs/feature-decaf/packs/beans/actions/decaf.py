from st2common.runners.base_action import Action

HOURS_AT_LEAST = 8
HOURS_PER_KILO = 2


class DecafAction(Action):
    def run(self, grams):
        return True, {"hours": HOURS_AT_LEAST + HOURS_PER_KILO * grams / 1000}
