import { describe, expect, it } from 'vitest'
import { fileCommands } from '../files'
import { systemCommands } from '../system'
import { textCommands } from '../text'
import { compareStories } from '../../../../../testkit/src/command-story'
import { expectAgreement, tryShell } from '../../../../../testkit/src/shell-lab'

const commands = [...systemCommands, ...fileCommands, ...textCommands]

compareStories('signals by name', commands, [
  ['/bin/kill -l', '/bin/kill -L'].map((line) => line.replace('/bin/', '')),
  ['kill -l 9', 'kill -l TERM', 'pgrep nosuchprogram', 'pidof nosuchprogram'],
  { lines: ['kill 99999999', 'kill abc', 'pgrep'], loose: true },
])

compareStories('terminals', commands, [
  [
    'clear',
    'tput cols',
    'tput -T foo bold',
    'tput -T xterm nosuch',
    'clear -T xterm',
    'clear -T dumb',
    'clear -x -T xterm',
    'clear -T foo',
  ],
  ...['xterm', 'xterm-256color', 'screen', 'screen-256color', 'dumb'].map((terminal) =>
    'cols lines colors bold sgr0 rev smul rmul rmso smso clear civis cnorm cr el ed home sc rc op smcup rmcup cuu1 blink dim sitm ritm invis el1 bel it am xenl hs longname cuf1 cud1 smkx rmkx cub1'
      .split(' ')
      .concat([
        'setaf 1',
        'setaf 9',
        'setaf 200',
        'setab 4',
        'setab 12',
        'setab 99',
        'cup 3 5',
        'cuu 2',
        'cub 3',
        'hpa 4',
        'il 1',
        'ich 2',
        'dch 3',
      ])
      .map((words) => `tput -T ${terminal} ${words}`),
  ),
  { lines: ['tput -T xterm -S'], stdin: 'bold\nsetaf 2\nsgr0\n' },
])

compareStories('limits and settings', commands, [
  [
    'getconf PAGESIZE',
    'getconf FOO',
    'getconf',
    'getconf PATH NAME_MAX',
    'getconf NAME_MAX /',
    'getconf NAME_MAX',
    'getconf LONG_BIT',
    'getconf ARG_MAX',
    'getconf INT_MAX',
    'getconf PATH',
    'getconf CLK_TCK',
  ],
  ['locale', 'locale -a', 'locale charmap', 'locale foo', 'sync', 'sync nope', 'users', 'who'],
  { lines: ['locale'], env: { LC_ALL: 'C' } },
  { lines: ['locale'], env: { LC_TIME: 'C.UTF-8', LANG: 'C' } },
])

compareStories('running others', commands, [
  ['nice', 'nice -n 5 nice', 'nice -5 nice', 'nice -n x true', 'nice --adjustment=3 nice', 'nice -n 5', 'nice nice -n 3 nice'],
  ['nohup', 'nohup echo hi', 'setsid', 'setsid echo hi', 'setsid -w false'],
  ['time', 'time -f %x-%C-%% false a b', 'time -f %x -o told false', 'cat told', 'time -qf %x false', "time -f '%q' true"],
  ['flock', 'flock lk echo hi', 'ls lk', 'flock -u 8', 'flock -n nodir/x true', 'flock -E 300 lk true', 'flock -n . echo held'],
])

const shell = (script: string) => tryShell({ script, commands })

describe('processes of the sandbox', () => {
  it('lists them with the columns that were asked for', async () => {
    const { out, code } = await shell('sleep 30 & ps -o pid=,comm=,args= -p $!; ps -p $! -o comm; ps -C sleep -o args=; kill $!')
    expect(out).toMatch(/^ *\d+ sleep {11}sleep 30\nCOMMAND\nsleep\nsleep 30\n$/)
    expect(code).toBe(0)
  })

  it('tells the usual forms', async () => {
    const { out } = await shell('ps aux | head -1; ps -ef | head -1; ps | head -1; ps -p 99999; echo $?')
    expect(out).toBe(
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START    TIME COMMAND\nUID          PID    PPID  C STIME TTY          TIME CMD\n    PID TTY          TIME CMD\n    PID TTY          TIME CMD\n1\n',
    )
  })

  it('finds and ends them by name', async () => {
    const script =
      "sleep 31 & sleep 32 & pgrep -c sleep; pgrep -a sleep | cut -d' ' -f2-; pkill -f 'sleep 31'; pgrep -fl 'sleep 3[12]' | cut -d' ' -f2-; pkill -9 sleep; pidof sleep; echo $?"
    expect((await shell(script)).out).toBe('2\nsleep 31\nsleep 32\nsleep 32\n1\n')
  })

  it('lets one wait for the lock of another', async () => {
    const script =
      '(flock -n 9 && echo got; flock -n lk echo no; echo $?) 9>lk; flock -n lk echo free; (flock 9; sleep 0.3; echo first) 9>lk & sleep 0.1; flock lk echo second; wait'
    expect((await shell(script)).out).toBe('got\n1\nfree\nfirst\nsecond\n')
  })

  it('tells one file system, whose figures fit each other', async () => {
    const { out } = await shell(
      "df -h | head -1; df --output=size,used,avail | tail -1 | awk '{print ($1 == $2 + $3)}'; df -P | head -1; df nope; echo $?",
    )
    expect(out.split('\n')[0]).toBe('Filesystem      Size  Used Avail Use% Mounted on')
    expect(out).toContain('Filesystem     1024-blocks  Used Available Capacity Mounted on\n1\n')
  })
})

describe('signals and time', () => {
  for (const script of [
    "(trap 'echo got; exit 5' TERM; sleep 1 & wait) & sleep 0.3; kill $!; wait $!; echo $?",
    'timeout -s KILL 0.2 sleep 5; echo $?',
  ])
    it(`are as on a system: ${script}`, async () => {
      await expectAgreement({ script, commands })
    })
})
