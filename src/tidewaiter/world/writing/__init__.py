"""Put papers and happenings into the records that their letters say."""
