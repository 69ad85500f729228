# Writes the man pages and the completion scripts into FOLDER, as they are installed below share/. PROGRAM makes them of its
# tables of options (a list, separated by |: an emulator may stand before it), and knows what commands there are.
string(REPLACE "|" ";" program "${PROGRAM}")

function(print_into file)
    execute_process(COMMAND ${program} ${ARGN} OUTPUT_FILE ${FOLDER}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${FOLDER})  # a page of a command that is no more
file(MAKE_DIRECTORY ${FOLDER}/man/man1 ${FOLDER}/bash-completion/completions ${FOLDER}/zsh/site-functions
     ${FOLDER}/fish/vendor_completions.d)

execute_process(COMMAND ${program} --help=commands OUTPUT_VARIABLE commands COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" commands "${commands}")
print_into(man/man1/pushwire.1 --help=man)
foreach(command IN LISTS commands)
    print_into(man/man1/pushwire-${command}.1 ${command} --help=man)
endforeach()

print_into(bash-completion/completions/pushwire completion bash)
print_into(zsh/site-functions/_pushwire completion zsh)
print_into(fish/vendor_completions.d/pushwire.fish completion fish)
