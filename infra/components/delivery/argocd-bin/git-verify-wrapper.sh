#!/bin/sh
# Argo CD 3.5 runs the script of this name, which its image has, for each commit that it renders, and reads what it
# prints as the commit's signature. Signatures are not checked on this machine (ARGOCD_GPG_ENABLED=false).
exit 0
