import * as z from 'zod/mini'
import { runWorker } from '../process-worker'
import { bundlerParts } from './bundler-messages'
import { startEsbuild } from './esbuild'
import { viteProgram } from './vite-program'

/** Entry of a worker of the bundler: what it is made of comes first, then it is a program's worker like any other. */
const post = globalThis.postMessage.bind(globalThis)
runWorker(post, async (first) => viteProgram(await startEsbuild(z.parse(bundlerParts, first).module)))
