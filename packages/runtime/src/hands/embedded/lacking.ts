/** What is not in the sandbox, by what stands in for it or what it would take. */
const LACKING: readonly (readonly [reason: string, names: string])[] = [
  [
    'Of Python the embedded sandbox has the interpreter and its standard library: python3 -m unittest runs tests, pip installs wheels that lie in the project.',
    'python2 pipx pytest poetry uv conda ruff mypy black flake8 ipython jupyter',
  ],
  [
    'Native compilers and build tools need a real machine: the person can offer a directory of one with `tabwright hands` and choose it as the place for commands.',
    'gcc g++ cc c++ clang clang++ ld ar nm make cmake ninja meson rustc cargo go gofmt zig nasm gdb lldb strace valgrind',
  ],
  [
    'This language needs a real machine: the person can offer a directory of one with `tabwright hands` and choose it as the place for commands; node, awk and bash are here.',
    'perl ruby gem bundle rake rails php composer java javac mvn gradle kotlin kotlinc scala dotnet csc swift swiftc lua luajit Rscript julia ghc cabal stack elixir mix erl tclsh',
  ],
  [
    'Of the ways to get packages the embedded sandbox has npm and npx alone.',
    'yarn pnpm bun bunx deno corepack apt apt-get aptitude dpkg yum dnf apk pacman brew snap nix',
  ],
  [
    'There are no containers, services or other users in the embedded sandbox.',
    'docker docker-compose podman kubectl helm minikube terraform ansible vagrant systemctl service journalctl sudo su doas chroot mount umount crontab iptables',
  ],
  [
    'The network of the embedded sandbox is requests by curl, wget and git alone, each asked about; no other connection can be opened from here.',
    'ssh scp sftp rsync ssh-keygen nc ncat netcat telnet ftp ping dig nslookup host traceroute ip ifconfig netstat ss gh glab aws gcloud az heroku vercel netlify',
  ],
  [
    'Databases need a real machine: the person can offer a directory of one with `tabwright hands` and choose it as the place for commands.',
    'sqlite3 psql pg_dump mysql mysqldump mongosh mongo redis-cli redis-server',
  ],
  [
    'Editors for a terminal are not in the embedded sandbox; files are changed with sed, patch, the edit tool, or by a person in Files.',
    'vi vim nvim nano emacs ed ex pico',
  ],
  [
    'Pictures, sound and documents are not converted in the embedded sandbox.',
    'ffmpeg ffprobe convert magick identify pandoc pdftotext pdflatex latex inkscape',
  ],
  ['There are no manuals in the embedded sandbox; most commands tell their options with --help.', 'man info apropos whatis tldr'],
  ['Nothing redraws itself in the embedded sandbox; ps tells what runs, jobs and kill are here.', 'top htop btop atop tmux screen'],
  [
    'This way of packing is not in the embedded sandbox; gzip, bzip2 and zip are.',
    'xz unxz xzcat lzma unlzma zstd unzstd zstdcat lz4 brotli 7z 7za rar unrar',
  ],
]

const BY_NAME = new Map(LACKING.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason] as const)))

/** One sentence about a known program that is not there: why, and what is here instead. Undefined: nobody knows that name. */
export function lackingWords(name: string): string | undefined {
  return BY_NAME.get(name)
}
