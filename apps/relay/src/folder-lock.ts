import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Another relay works with this folder: what is being delivered and the newest version are in its memory. */
export class FolderTaken extends Error {
  constructor(folder: string) {
    super(`Another Tabwright works with the data in ${folder}. Stop it, or give this one a folder of its own with --data.`)
    this.name = 'FolderTaken'
  }
}

/** The system's limit for the name of a socket, with room for the end of the string. */
const LONGEST_NAME = 100

/**
 * Holds a data folder for this process: a socket that nobody talks to. It ends with the process however that ends; what a killed one leaves
 * answers nobody and is taken over.
 * @returns lets the folder go
 * @throws FolderTaken
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const name = nameOf(realpathSync(folder))
  const server = (await listening(name)) ?? (await takenOver(name))
  if (server === undefined) throw new FolderTaken(folder)
  server.unref()
  return () => new Promise((resolve) => server.close(() => resolve()))
}

function nameOf(folder: string): string {
  const mark = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  if (process.platform === 'win32') return `\\\\.\\pipe\\tabwright-${mark}`
  const inside = join(folder, 'relay.lock')
  return Buffer.byteLength(inside) <= LONGEST_NAME ? inside : join(tmpdir(), `tabwright-${mark}.lock`)
}

/** undefined: somebody has the name. */
function listening(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(name, () => resolve(server))
  })
}

async function takenOver(name: string): Promise<Server | undefined> {
  if (await answers(name)) return undefined
  rmSync(name, { force: true })
  return listening(name)
}

function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
