import { fail, joinBytes } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { digestBytes } from './hash-noble'

/** Says where the build put a program, and what must come from there. */
const note = z.object({ file: z.string().check(z.startsWith('/')), size: z.number().check(z.gte(1)), sha256: z.string() })

const KEPT = 'Nothing of it was run and the files are as they were; run the command again when it does.'

async function answerOf(name: string, path: string): Promise<Response> {
  const response = await fetch(path).catch(() =>
    fail('unavailable', `${name} could not be loaded: the server of this page does not answer. ${KEPT}`),
  )
  if (!response.ok) fail('unavailable', `${name} could not be loaded: ${path} answered ${response.status}. ${KEPT}`)
  return response
}

/** A program that is loaded when it is first wanted. */
export interface ProgramPack {
  /** As a person knows it. */
  readonly name: string
  readonly note: string
}

export const PYTHON_PACK: ProgramPack = { name: 'Python', note: '/frame/python.json' }
export const BUNDLER_PACK: ProgramPack = { name: 'The bundler', note: '/frame/bundler.json' }

/**
 * Loads one from the server that the app came from. The browser keeps it: its name changes with what is in it.
 * @throws FailureError `unavailable`, `damaged` when it is not what the build made
 */
export async function loadPack(pack: ProgramPack, progress: (loaded: number, size: number) => void): Promise<ArrayBuffer> {
  const { name } = pack
  const told = z.safeParse(note, await (await answerOf(name, pack.note)).json().catch(() => undefined))
  if (!told.success) return fail('unavailable', `${name} is not part of this build: ${pack.note} does not say where it is.`)
  const { file, size, sha256 } = told.data
  const parts: Uint8Array[] = []
  let loaded = 0
  progress(0, size)
  const reader = (await answerOf(name, file)).body?.getReader()
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    parts.push(piece.value)
    loaded += piece.value.length
    progress(Math.min(loaded, size), size)
  }
  const bytes = joinBytes(parts)
  if (loaded !== size || (await digestBytes(bytes)) !== sha256)
    fail('damaged', `${name} could not be loaded: ${file} is not what this build made. Reload the page, and run the command again.`)
  return bytes.buffer
}
