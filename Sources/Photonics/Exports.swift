/// Who solves for modes has what they are solved of, too.
@_exported public import Optics
