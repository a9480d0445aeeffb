"""x"""
diff = patch = grep = extract = None
