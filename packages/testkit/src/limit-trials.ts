/** A command that wants more than there is, and what has to become of it. */
export interface LimitTrial {
  readonly name: string
  readonly command: string
  readonly timeoutMs: number
  /** Words for what was the matter. */
  readonly says: RegExp
  /** One that its own words do not end: where it is ended by the clock, that is right too. */
  readonly orTimeout?: boolean
}

const ENDED = /limit of this command/

/**
 * Each is stopped and says so, and the next command runs. Numbers are far from what a project needs, and small enough for a slow machine.
 */
export const LIMIT_TRIALS: readonly LimitTrial[] = [
  { name: 'a fork bomb', command: ':(){ :|:& };:; sleep 30; echo over', timeoutMs: 20_000, says: /512 processes at once/, orTimeout: true },
  { name: 'an endless loop', command: 'while :; do :; done', timeoutMs: 1500, says: ENDED },
  { name: 'an endless loop in awk', command: "awk 'BEGIN { while (1) x++ }'", timeoutMs: 1500, says: ENDED },
  { name: 'an endless loop in node', command: "node -e 'for(;;);'", timeoutMs: 3000, says: ENDED },
  { name: 'endless output', command: 'yes', timeoutMs: 60_000, says: /wrote more than 256 million characters/, orTimeout: true },
  { name: 'endless output into a variable', command: 'a=$(yes)', timeoutMs: 60_000, says: /more than 64 MiB of output/, orTimeout: true },
  {
    name: 'a text that doubles',
    command: 'a=x; while :; do a=$a$a; done',
    timeoutMs: 60_000,
    says: /cannot allocate memory/,
    orTimeout: true,
  },
  {
    name: 'a million files',
    command: 'mkdir /tmp/m; cd /tmp/m; seq 1000000 | split -l 1 -a 6 - f; cd /; rm -r /tmp/m',
    timeoutMs: 20_000,
    says: /No space left on device/,
    orTimeout: true,
  },
  {
    name: 'a full disk',
    command: 'for i in {1..12}; do head -c 100M /dev/zero > /tmp/full$i || break; done; rm /tmp/full*',
    timeoutMs: 60_000,
    says: /No space left on device/,
  },
  { name: 'a sparse file of 10 GB', command: 'truncate -s 10G /tmp/sparse', timeoutMs: 10_000, says: /File too large/ },
  {
    name: 'a function without end',
    command: 'f() { f; }; f',
    timeoutMs: 60_000,
    says: /maximum function nesting level exceeded/,
    orTimeout: true,
  },
  {
    name: 'a text that evaluates itself',
    command: 'x=\'eval "$x"\'; eval "$x"',
    timeoutMs: 60_000,
    says: /maximum eval nesting level exceeded/,
    orTimeout: true,
  },
  {
    name: 'a file that sources itself',
    command: "echo '. /tmp/own.sh' > /tmp/own.sh; . /tmp/own.sh",
    timeoutMs: 60_000,
    says: /maximum source nesting level exceeded/,
    orTimeout: true,
  },
  {
    name: 'a substitution without end',
    command: 'f() { x=$(f); }; f',
    timeoutMs: 60_000,
    says: /fork: Resource temporarily unavailable/,
    orTimeout: true,
  },
  {
    name: 'an expression 20,000 brackets deep',
    command: 'echo $(( $(printf "%0.s(" {1..20000})1$(printf "%0.s)" {1..20000}) ))',
    timeoutMs: 60_000,
    says: /deeper than this sandbox can follow|recursion/,
  },
  {
    name: 'a JSON text 200,000 brackets deep',
    command: "head -c 200000 /dev/zero | tr '\\0' '[' | jq .",
    timeoutMs: 60_000,
    says: /depth limit|parse error/,
  },
  {
    name: 'an argument of 5 MB',
    command: "/bin/echo $(head -c 5M /dev/zero | tr '\\0' x)",
    timeoutMs: 60_000,
    says: /Argument list too long/,
  },
  {
    name: 'a billion words of braces',
    command: 'echo {1..1000}{1..1000}{1..1000}',
    timeoutMs: 60_000,
    says: /brace expansion: failed to allocate memory/,
  },
  { name: 'a line without end', command: 'read x < /dev/zero', timeoutMs: 3000, says: /a line of more than 64 MiB|limit of this command/ },
  {
    name: 'a block of 100 GB',
    command: 'dd if=/dev/zero of=/dev/null bs=100G count=1',
    timeoutMs: 10_000,
    says: /memory exhausted by input buffer/,
  },
  {
    name: 'a set that repeats a letter a thousand million times',
    command: "echo abc | tr a-z '[x*1000000000]'",
    timeoutMs: 10_000,
    says: /^xxx$/m,
  },
  {
    name: 'a text of awk that doubles',
    command: 'awk \'BEGIN { s = "x"; while (1) s = s s }\'',
    timeoutMs: 60_000,
    says: /cannot allocate memory/,
  },
  {
    name: 'a text of jq of a thousand million letters',
    command: 'jq -n \'"x" * 1e9 | length\'',
    timeoutMs: 60_000,
    says: /cannot allocate memory/,
  },
]
