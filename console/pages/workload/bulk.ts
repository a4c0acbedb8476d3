import type { Workload } from '@orrery/api/workload.ts'
import { workloadRefusal } from '../../actions/reason.ts'
import { change } from '../../live/call.ts'
import type { Bulk } from '../../table/bulk-bar.tsx'

/** `off`: why none of it can be done now, or null. */
export function workloadBulk(off: string | null): readonly Bulk<Workload>[] {
  return [
    {
      verb: 'Start',
      says: 'They start on their nodes, or wait for one.',
      refuse: (workload) => workloadRefusal('start', workload.state),
      run: (api, ref) => change(api, 'workloadUpdate', { ref, body: { desired: 'running' } }),
      off,
    },
    {
      verb: 'Stop',
      says: 'They stop and keep their places.',
      refuse: (workload) => workloadRefusal('stop', workload.state),
      run: (api, ref) => change(api, 'workloadUpdate', { ref, body: { desired: 'stopped' } }),
      off,
    },
    {
      verb: 'Unbind',
      says: 'They stop and leave their nodes. Those that are placed automatically get a new place.',
      refuse: (workload) => workloadRefusal('unbind', workload.state),
      run: (api, ref) => change(api, 'workloadUnbind', { ref, body: {} }),
      off,
    },
    {
      verb: 'Delete',
      danger: true,
      says: 'Their providers stop them first. Measurements and events are kept.',
      refuse: (workload) => workloadRefusal('delete', workload.state),
      run: (api, ref) => change(api, 'workloadDelete', { ref }),
      off,
    },
  ]
}
