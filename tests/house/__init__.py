"""The laws of the house as small functions over the files of the repository; tests/test_house.py runs them."""
