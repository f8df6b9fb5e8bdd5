from st2common.runners.base_action import Action

GRAMS_PER_BEAN = {"arabica": 0.15, "robusta": 0.12}


class CountAction(Action):
    def run(self, grams, variety="arabica"):
        if grams < 0:
            return False, "Scales that show less than nothing want to be tared."
        beans = round(grams / GRAMS_PER_BEAN[variety])
        self.logger.info("%s g of %s are about %d beans.", grams, variety, beans)
        return True, {"beans": beans, "variety": variety}
