"""When morning, afternoon and evening are in a region (上午, 下午, 晚上)."""
