import { Column, Entity, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

@Entity()
export class VirtualServer {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;
}
