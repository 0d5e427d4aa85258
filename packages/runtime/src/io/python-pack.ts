import { fail, joinBytes } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { digestBytes } from './hash-noble'

/** Says where the build put Python, and what must come from there. */
const NOTE = '/frame/python.json'
const note = z.object({ file: z.string().check(z.startsWith('/')), size: z.number().check(z.gte(1)), sha256: z.string() })

const KEPT = 'Nothing of it was run and the files are as they were; run the command again when it does.'

async function answerOf(path: string): Promise<Response> {
  const response = await fetch(path).catch(() =>
    fail('unavailable', `Python could not be loaded: the server of this page does not answer. ${KEPT}`),
  )
  if (!response.ok) fail('unavailable', `Python could not be loaded: ${path} answered ${response.status}. ${KEPT}`)
  return response
}

/**
 * Loads Python from the server that the app came from. The browser keeps it: its name changes with what is in it.
 * @throws FailureError `unavailable`, `damaged` when it is not what the build made
 */
export async function loadPython(progress: (loaded: number, size: number) => void): Promise<ArrayBuffer> {
  const told = z.safeParse(note, await (await answerOf(NOTE)).json().catch(() => undefined))
  if (!told.success) return fail('unavailable', `Python is not part of this build: ${NOTE} does not say where it is.`)
  const { file, size, sha256 } = told.data
  const parts: Uint8Array[] = []
  let loaded = 0
  progress(0, size)
  const reader = (await answerOf(file)).body?.getReader()
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    parts.push(piece.value)
    loaded += piece.value.length
    progress(Math.min(loaded, size), size)
  }
  const bytes = joinBytes(parts)
  if (loaded !== size || (await digestBytes(bytes)) !== sha256)
    fail('damaged', `Python could not be loaded: ${file} is not what this build made. Reload the page, and run the command again.`)
  return bytes.buffer
}
