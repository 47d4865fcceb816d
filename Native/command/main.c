/// The installed command: all of it is in libvernier.so, of which the dynamic linker takes the one for this machine's processor.
int vernier_command_main(int count, char **words);

int main(int count, char **words) { return vernier_command_main(count, words); }
