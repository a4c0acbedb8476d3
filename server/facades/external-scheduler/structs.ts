/** The question of an OpenNebula scheduler, as the original's Go structs read it: other keys are dropped. */
import { type GoStruct, type GoValue } from '../go-decode.ts'
import { goJsonNumber, goJsonString } from '../go-json.ts'

const string = { go: 'string' } as const
const int = { go: 'int' } as const

const capacityStruct = {
  go: 'struct',
  package: 'opennebula',
  name: 'Capacity',
  fields: { CPU: { go: 'float64' }, DISK_SIZE: int, MEMORY: int },
} as const satisfies GoStruct

const templateStruct = {
  go: 'struct',
  package: 'opennebula',
  name: 'UserTemplate',
  fields: { LOGO: string, LXD_SECURITY_PRIVILEGED: string, SCHED_REQUIREMENTS: string },
} as const satisfies GoStruct

const vmStruct = {
  go: 'struct',
  package: 'opennebula',
  name: 'VM',
  fields: {
    CAPACITY: capacityStruct,
    HOST_IDS: { go: 'slice', of: int },
    ID: int,
    STATE: string,
    USER_TEMPLATE: templateStruct,
  },
} as const satisfies GoStruct

export const questionStruct = {
  go: 'struct',
  package: 'opennebula',
  name: 'PlacementRequest',
  fields: { VMS: { go: 'slice', of: vmStruct } },
} as const satisfies GoStruct

export type AskedVm = GoValue<typeof vmStruct>

/** What an ML server is asked: the VM with the keys that were read, in their order. */
export function askedVmText(vm: AskedVm): string {
  const { CAPACITY: capacity, USER_TEMPLATE: template } = vm
  return `{"CAPACITY":{"CPU":${goJsonNumber(capacity.CPU)},"DISK_SIZE":${capacity.DISK_SIZE},"MEMORY":${capacity.MEMORY}},"HOST_IDS":[${vm.HOST_IDS.join(',')}],"ID":${vm.ID},"STATE":${goJsonString(vm.STATE)},"USER_TEMPLATE":{"LOGO":${goJsonString(template.LOGO)},"LXD_SECURITY_PRIVILEGED":${goJsonString(template.LXD_SECURITY_PRIVILEGED)},"SCHED_REQUIREMENTS":${goJsonString(template.SCHED_REQUIREMENTS)}}}`
}
