"""Robots of chat groups (WeCom, DingTalk, Feishu): told what waits in a region, without names."""
