import type { Service } from '../../engine/built-in'
import type { Lane } from '../../stores/queue-store'
import type { ServiceParts } from '../parts'
import { CronJobs } from './cron-jobs'

/** Jobs that nobody has bound for this long are forgotten. */
const FORGET_MS = 30 * 24 * 60 * 60_000
const SWEEP_MS = 60 * 60_000

/** Functions that are called by the clock. */
export function createCronService(parts: ServiceParts, wake: (lane: Lane) => void): Service {
  const jobs = new CronJobs(parts, wake)
  jobs.open()
  const forget = () => {
    parts.stores.cron.forget(parts.now() - FORGET_MS).catch((thrown: unknown) => parts.failed('cron', thrown))
  }
  const sweeping = setInterval(forget, SWEEP_MS).unref()
  const text = { type: 'string' }
  return {
    functions: [],
    triggerTypes: [
      {
        type: 'cron',
        description:
          'Calls the function at the times of an expression of six fields, seconds first, once for each. The zone is UTC unless named.',
        configSchema: {
          type: 'object',
          properties: { expression: text, timezone: text, condition_function_id: text },
          required: ['expression'],
        },
        callSchema: {
          type: 'object',
          properties: {
            trigger: { const: 'cron' },
            job_id: text,
            scheduled_time: text,
            actual_time: text,
            missed_slots: { type: 'integer' },
          },
        },
        bind: (binding) => jobs.bind(binding),
        unbind: (id, how) => Promise.resolve(jobs.unbind(id, how)),
      },
    ],
    close: () => {
      clearInterval(sweeping)
      return Promise.resolve(jobs.close())
    },
  }
}
