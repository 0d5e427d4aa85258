import type { InvokeFunction } from '@tabwright/protocol/relay'
import type { CallRequest } from './dispatch'
import { mayCall } from './identity'
import type { Registry } from './registry'

/** The right to call counts for what was asked for; what is called instead is the operator's choice. */
export function throughMiddleware(middleware: string, registry: Registry): (request: CallRequest, frame: InvokeFunction) => CallRequest {
  return (request, frame) => {
    const { as, functionId, data } = request
    if (as.context === undefined || !mayCall(as, functionId, registry.metadataOf(functionId))) return request
    const { text: _text, ...rest } = request
    const action = frame.action ?? undefined
    return {
      ...rest,
      functionId: middleware,
      isGranted: true,
      data: {
        function_id: functionId,
        context: as.context,
        namespace: 'default',
        ...(data !== undefined && { payload: data }),
        ...(action !== undefined && { action: action.type === 'void' ? { type: 'void' } : { type: 'enqueue', queue: action.queue } }),
      },
    }
  }
}
