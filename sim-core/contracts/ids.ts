/** Small integers that name things. All of them are stable within a run and survive snapshot and restore. */

/** Virtual time: an integer count of microseconds since the scenario's epoch. */
export type TimeUs = number;
/** A component instance, in the order in which the world was built. */
export type ComponentId = number;
/** One name of one resource: (resource, namespace, name). A new incarnation of the same name keeps its ObjId and gets a new uid. */
export type ObjId = number;
/** An interned string. 0 is the empty string. */
export type StrId = number;
/** The place of a record in the trace; 0 = "the clock", the cause of everything periodic. */
export type RecordId = number;
/** A row of the table of delays (`contracts/whys.ts`); 0 = no delay. */
export type WhyId = number;
/** A registered event handler, numbered in the order of registration. */
export type HandlerId = number;
/** A position in a network topology: a component replica or a node. */
export type EndpointId = number;
/** An etcd revision. */
export type Revision = number;

export const SECOND_US = 1_000_000;
export const MS_US = 1_000;
