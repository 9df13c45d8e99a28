"""What is in the downloaded folder."""

IMAGES, AUDIO, VIDEO = 20, 4, 3
