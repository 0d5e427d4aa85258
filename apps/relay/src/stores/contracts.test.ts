import { describe } from 'vitest'
import { relayContract } from './relay-contract'
import { STORE_KINDS } from './store-kinds-under-test'
import { triggerContract } from './trigger-contract'

describe.each(STORE_KINDS)('what stands on stores in $name', (kind) => {
  triggerContract(kind)
  relayContract(kind)
})
