"""Half-days of a region: the hours called morning, afternoon, evening (上午, 下午, 晚上)."""
