import './node-version.mjs'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, seconds } from './steps.mjs'

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const NPX = process.platform === 'win32' ? 'npx.cmd' : 'npx'

/**
 * Starts the package as a stranger does, with nothing of this repository around it, and asks it for the app and for a function.
 * @param {string} tgz
 * @param {string} root an empty folder
 */
async function tryPackage(tgz, root) {
  const folder = join(root, 'empty')
  mkdirSync(folder)
  renameSync(join(root, tgz), join(folder, tgz))
  const env = { ...process.env, npm_config_prefer_offline: 'true', TABWRIGHT_OPEN: '0', TABWRIGHT_DATA: join(root, 'data') }
  const started = performance.now()
  // A group of its own: npx starts a shell that starts the relay.
  const child = spawn(NPX, ['--yes', `./${tgz}`, '--port', '0'], { cwd: folder, env, detached: true })
  try {
    const url = await addressOf(child)
    console.log(`npx started it in ${seconds(performance.now() - started)}`)
    const page = await fetch(url)
    if (page.status !== 200 || !(await page.text()).includes('<script')) throw new Error(`the app was answered with ${page.status}`)
    const listed = await run(NPX, [
      '--yes',
      '--prefer-offline',
      `--package=${join(folder, tgz)}`,
      '--',
      'tabwright',
      'functions',
      '--relay',
      url,
    ])
    if (listed.code !== 0 || !listed.output.includes('state::get'))
      throw new Error(`tabwright functions ended with ${listed.code}: ${listed.output}`)
    const held = await run('tar', ['-tzf', join(folder, tgz)])
    if (!held.output.includes('package/THIRD-PARTY.txt')) throw new Error('it does not name what others wrote')
    const left = readdirSync(folder).filter((name) => name !== tgz)
    if (left.length > 0) throw new Error(`it left ${left.join(', ')} in the folder that it was started in`)
    console.log('The app and the command line answer.')
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
  }
}

/**
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @returns {Promise<string>}
 */
function addressOf(child) {
  let printed = ''
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      reject(NOT_REACHED.test(printed) ? new Unreachable(printed) : new Error(`it ended with ${code}: ${printed}`)),
    )
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        printed += String(part)
        const found = /Tabwright is at (\S+)/.exec(printed)?.[1]
        if (found !== undefined) resolve(found)
      })
  })
}

/** As npm says that no registry answers; what is in its cache it does not ask for. */
const NOT_REACHED = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/

class Unreachable extends Error {}

// `npm run pack:try`, and a part of `npm test`: packs the package and starts it in an empty folder. The registry, or npm's cache, has to have the database's native part.
const root = mkdtempSync(join(tmpdir(), 'tabwright-pack-'))
try {
  const packed = await run(NPM, ['pack', '--silent', '--ignore-scripts=false', '--pack-destination', root])
  if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.output}`)
  const tgz = readdirSync(root).find((name) => name.endsWith('.tgz')) ?? ''
  console.log(`${tgz}, packed in ${seconds(packed.ms)}`)
  await tryPackage(tgz, root)
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown)
  // 3: this machine cannot tell.
  process.exitCode = thrown instanceof Unreachable ? 3 : 1
  if (thrown instanceof Unreachable)
    console.error("Skipped: the package needs its database's native part, and neither npm's cache nor a registry has it.")
} finally {
  rmSync(root, { recursive: true, force: true })
}
