"""The bank of questions of a topic, which its instructor or a coordinator keeps."""
