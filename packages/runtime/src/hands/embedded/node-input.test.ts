import { sessionId, type Hands, type HandsTerminals, type LeaseId } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

const { signal } = new AbortController()
const files = () => openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()

interface Place {
  readonly hands: Hands & { readonly terminals: HandsTerminals }
  readonly lease: LeaseId
}
const held: Place[] = []
afterEach(async () => {
  for (const { hands, lease } of held.splice(0)) await hands.release(lease)
})

async function place(): Promise<Place> {
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const one = { hands, lease: await hands.provision(sessionId('input'), signal) }
  held.push(one)
  return one
}

async function shell(command: string): Promise<string> {
  const { hands, lease } = await place()
  const run = { signal, files: files(), output: () => undefined }
  const { text, exitCode } = await hands.execute(lease, 'shell', { command, timeoutMs: 20_000 }, run)
  return `${text}[${exitCode}]`
}

/** A writer that goes on only when the program has taken what came before. */
const WRITER = 'rm -f seen; { echo one; while [ ! -e seen ]; do sleep 0.02; done; echo two; }'

describe('the input of node', { timeout: 60_000 }, () => {
  it.each([
    ['events', `process.stdin.on("data", (d) => { process.stdout.write("<" + d + ">"); fs.writeFileSync("seen", "") })`],
    [
      'lines',
      `const rl = require("readline").createInterface({ input: process.stdin }); rl.on("line", (l) => { process.stdout.write("<" + l + "\\n>"); fs.writeFileSync("seen", "") })`,
    ],
    [
      'code that waits',
      `const b = Buffer.alloc(100); for (let n; (n = fs.readSync(0, b)) > 0; fs.writeFileSync("seen", "")) process.stdout.write("<" + b.toString("utf8", 0, n) + ">")`,
    ],
  ])('comes as it is written: %s', async (_, code) => {
    expect(await shell(`${WRITER} | node -e '${code}'`)).toBe('<one\n><two\n>[0]')
  })

  it.each([
    ['what is not looked at', `printf 'a\\nb\\n' | (node -e 1; cat)`, 'a\nb\n[0]'],
    [
      'what comes after its end',
      `{ until [ -e over ]; do sleep 0.05; done; echo late; } | (node -e 'process.stdin.on("data", () => {}); setTimeout(() => process.exit(), 50)'; touch over; cat)`,
      'late\n[0]',
    ],
    [
      'a whole file',
      `seq 3 > f; node -e 'process.stdout.write(fs.readFileSync(0)); console.log(fs.readFileSync(0).length)' < f`,
      '1\n2\n3\n0\n[0]',
    ],
    ['the rest after a first line', `seq 3 | (read x; node -e 'process.stdout.write(fs.readFileSync(0))'; echo "$x")`, '2\n3\n1\n[0]'],
    [
      'files that were written meanwhile',
      `touch old; { sleep 0.5; echo made > f; rm old; mkdir -p d/e; ln -sf f l; } | node -e 'process.stdin.resume().on("end", () => console.log(fs.readFileSync("l", "utf8").trim(), fs.existsSync("old"), fs.existsSync("d/e")))'`,
      'made false true\n[0]',
    ],
    [
      'its own writes',
      `echo x | node -e 'fs.writeFileSync("n", "1"); process.stdin.on("end", () => console.log(fs.readFileSync("n", "utf8"))).resume(); fs.writeFileSync("n", "2")'; cat n`,
      '2\n2[0]',
    ],
    [
      'questions, each its own line',
      `printf 'a\nb\n' | node -e 'const rl = readline.createInterface({ input: process.stdin, output: process.stdout }); rl.question("1 ", (x) => rl.question("2 ", (y) => { console.log(x + y); rl.close() }))'`,
      '1 2 ab\n[0]',
    ],
    [
      'a question that nobody answers',
      `node -e 'readline.createInterface({ input: process.stdin, output: process.stdout }).question("? ", console.log)' < /dev/null`,
      '? [0]',
    ],
    ['nobody', `node -e 'process.stdin.on("data", () => {}).on("end", () => console.log("end"))' < /dev/null`, 'end\n[0]'],
    [
      'a pause, which lets it end',
      `{ echo one; sleep 5; } | node -e 'process.stdin.once("data", (d) => { console.log(String(d)); process.stdin.pause() })' | cat`,
      'one\n\n[0]',
    ],
  ])('%s', async (_, command, text) => {
    expect(await shell(command)).toBe(text)
  })

  it('is a keyboard: lines as they are typed, questions, Ctrl-D ends it, Ctrl-C too, and the shell is there again', async () => {
    const { hands, lease } = await place()
    let shown = ''
    const ends = { output: (text: string) => void (shown += text), state: () => undefined, entered: () => undefined, lost: () => undefined }
    const size = { columns: 200, rows: 24 }
    const terminal = await hands.terminals.open(lease, { shell: 'own', size, history: [], ends }, { signal, files: files() })
    const type = (text: string): void => {
      terminal.input(text)
      terminal.input('\r')
    }
    const until = (text: string): Promise<void> => expect.poll(() => shown, { timeout: 15_000 }).toContain(text)
    type(
      `node -e 'console.log("tty-" + process.stdin.isTTY); process.stdin.on("data", (d) => console.log("got-" + String(d).trim().toUpperCase()))'`,
    )
    await until('tty-true')
    type('abc')
    await until('got-ABC')
    type('def')
    await until('got-DEF')
    terminal.input('\x04')
    type('echo back-$?')
    await until('back-0')

    type(
      `node -e 'const rl = require("readline").createInterface({ input: process.stdin, output: process.stdout }); rl.question("name? ", (n) => { console.log("hello-" + n.toUpperCase()); rl.close() })'; echo again-$?`,
    )
    await until('name? ')
    type('you')
    await until('hello-YOU')
    await until('again-0')

    type(
      `node -p '[process.stdout.isTTY, process.stdout.columns, tty.isatty(1), process.stderr.hasColors()].join("+")'; node -p '"piped-" + process.stdout.isTTY' | cat`,
    )
    await until('true+200+true+true')
    await until('piped-undefined')
    type(`echo 'require("node:test")("adds", () => {})' > adds.test.cjs; node --test`)
    await until('✔ adds')

    type(`node -e 'const b = Buffer.alloc(9); process.stdout.write("wait? "); fs.readSync(0, b); console.log("never")'; echo left-$?`)
    await until('wait? ')
    terminal.input('\x03')
    type('echo on-$((1 + 1))')
    await until('on-2')
    expect(shown).not.toContain('never\r\n')
  })
})
