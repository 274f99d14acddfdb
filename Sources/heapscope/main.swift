import Glibc
import HeapscopeCommands

exit(runProcess())
