print("antibunch")
