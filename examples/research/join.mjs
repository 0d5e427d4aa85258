import { registerWorker } from 'iii-sdk'

/** Where the relay is. Its address and the header below are all that this program knows of it. */
export const RELAY = new URL(process.env['TABWRIGHT_RELAY'] ?? 'http://localhost:7878')
export const HEADERS = { authorization: `Bearer ${process.env['TABWRIGHT_TOKEN'] ?? ''}` }

/** @param {string} workerName */
export function join(workerName) {
  return registerWorker(`ws://${RELAY.host}/worker`, {
    workerName,
    headers: HEADERS,
    otel: { enabled: false },
    enableMetricsReporting: false,
  })
}

/**
 * What one worker asks of another.
 * @param {import('iii-sdk').IIIClient} worker
 * @returns {(function_id: string, payload: object) => Promise<any>}
 */
export const caller = (worker) => (function_id, payload) => worker.trigger({ function_id, payload, timeoutMs: 60_000 })
