def read_xml(document, file, contract, selection):
    raise NotImplementedError
