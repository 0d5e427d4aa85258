import { fileURLToPath } from 'node:url'
import { destination, pino } from 'pino'
import { version } from '../package.json'
import { runCommand } from './cli/run-command'
import { HELP, readConfig, type Config } from './config'
import { FolderTaken } from './folder-lock'
import { PortTaken } from './listen'
import { openBrowser } from './open-browser'
import { portOwner } from './port-owner'
import { startRelay, type Relay } from './relay'

/** Beside the built relay: `dist-relay/main.mjs` and `dist/`. */
const DIST = fileURLToPath(new URL('../dist', import.meta.url))

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function giveUp(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}

async function start(config: Config): Promise<Relay> {
  const log = pino({ level: config.logLevel, base: null }, destination({ dest: 2, sync: true }))
  try {
    return await startRelay(config, { version, log, say })
  } catch (thrown) {
    if (thrown instanceof PortTaken) {
      const who = await portOwner(thrown.port)
      giveUp(
        `Port ${thrown.port} is taken by ${who}. Stop it, or start with --port ${thrown.port + 1}, and a second Tabwright with a --data folder of its own: sessions belong to the address, so another port begins empty.`,
      )
    }
    if (thrown instanceof FolderTaken) giveUp(thrown.message)
    giveUp(thrown instanceof Error ? `The relay could not start. ${thrown.message}` : 'The relay could not start.')
  }
}

function stopOn(relay: Relay): void {
  let asked = false
  const stop = () => {
    // Asked twice: the person does not want to wait for open answers.
    if (asked) process.exit(130)
    asked = true
    relay.close().then(
      () => process.exit(0),
      (error: unknown) => giveUp(`The relay did not stop cleanly. ${String(error)}`),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2)
  if (command === '--version') return say(version)
  const ended = command === undefined ? undefined : await runCommand(command, rest, process.env)
  if (ended !== undefined) {
    process.stdout.write(ended.out)
    process.stderr.write(ended.err)
    process.exitCode = ended.code
    return
  }
  const parsed = readConfig(command === 'start' ? rest : process.argv.slice(2), process.env, DIST)
  if (parsed.type === 'help') return say(HELP.trimEnd())
  if (parsed.type === 'bad') giveUp(parsed.message)
  const relay = await start(parsed.config)
  stopOn(relay)
  say(`Tabwright is at ${relay.url}\nFingerprint: ${relay.fingerprint}`)
  if (relay.pairingCode !== undefined) say(`Pairing code: ${relay.pairingCode}`)
  if (parsed.config.openBrowser) openBrowser(relay.url, (why) => say(`No browser was opened (${why}); open the address above yourself.`))
}

await main()
