import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { get } from 'node:http'
import { promisify } from 'node:util'

/** Who listens on a port of this machine, as a clause for a sentence: `another Tabwright (process 4711)`. */
export async function portOwner(port: number): Promise<string> {
  const [isOurs, process] = await Promise.all([isTabwright(port), listeningProcess(port)])
  if (isOurs) return process === undefined ? 'another Tabwright' : `another Tabwright (process ${process.pid})`
  return process === undefined ? 'another program' : `${process.command} (process ${process.pid})`
}

function isTabwright(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: 'localhost', port, path: '/healthz', timeout: 500, agent: false }, (response) => {
      response.resume()
      resolve(response.headers.server === 'tabwright')
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', () => resolve(false))
  })
}

interface Process {
  readonly pid: number
  readonly command: string
}

/** Best effort: the kernel tells only about one's own processes, and some systems not at all. Never a reason to fail. */
async function listeningProcess(port: number): Promise<Process | undefined> {
  try {
    if (process.platform === 'linux') return await fromProc(port)
    if (process.platform === 'darwin') return await fromLsof(port)
    return undefined
  } catch (thrown) {
    if (thrown instanceof Error) return undefined
    throw thrown
  }
}

async function fromProc(port: number): Promise<Process | undefined> {
  const hex = port.toString(16).padStart(4, '0').toUpperCase()
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')))
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/))
  const sockets = new Set(rows.filter((row) => row[1]?.endsWith(`:${hex}`) && row[3] === '0A').map((row) => `socket:[${row[9]}]`))
  if (sockets.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')))
    if (links.some((link) => sockets.has(link))) return { pid: Number(pid), command: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() }
  }
  return undefined
}

async function fromLsof(port: number): Promise<Process | undefined> {
  const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { timeout: 2000 })
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  const command = /^c(.+)$/m.exec(stdout)?.[1]
  return pid === undefined || command === undefined ? undefined : { pid: Number(pid), command }
}
