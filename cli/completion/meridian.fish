# Completes `meridian` and `npx meridian` in fish. In ~/.config/fish/config.fish: node MERIDIAN_FILE completion fish | source

function __meridian_complete
    set -l words (commandline -opc)
    test "$words[1]" = npx; and set -e words[1]
    set -e words[1]
    set -l current (commandline -ct)
    command node MERIDIAN_FILE __complete -- $words "$current" 2>/dev/null
end

function __meridian_npx
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = meridian
end

complete -c meridian -e
complete -c meridian -f -a '(__meridian_complete)'
complete -c npx -n __meridian_npx -f -a '(__meridian_complete)'
